"""The order of steps: what is read, locked, decided and written, in which order. No drivers, no rules."""
