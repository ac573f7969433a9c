"""Explain a gradient: the steps, the terms and the paths it is made of."""
