"""What stands around mathematics in a text: marks of hosts, commands of its own."""
