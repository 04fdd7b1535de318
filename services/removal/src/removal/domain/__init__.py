"""The rules of feedback removal, pure: no clock, no ids of its own, no storage.

Next: rules.py for who may request a removal, decide.py for what comes of it, evolve.py for what facts mean.
"""
