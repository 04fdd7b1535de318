"""The rule of the Job Success Score, policy jss-v1, pure: decide.py holds it whole."""
