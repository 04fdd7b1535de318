"""The order of steps, for a set of events and for a question; no drivers."""
