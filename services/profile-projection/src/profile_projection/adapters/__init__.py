"""The read models' tables in schema `profile`, for the fold that writes them and the doors that read them."""
