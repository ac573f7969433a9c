"""One experiment from data to a report in one HTML file."""
