"""Tables, escaped text and whole files: what every report is made of."""
