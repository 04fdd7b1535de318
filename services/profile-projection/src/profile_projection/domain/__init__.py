"""What the public may see of contracts, accounts and clients: pure functions over recorded facts."""
