"""Optimisers, schedules, `fit` and how good a network is."""
