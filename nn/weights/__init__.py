"""The weights of a module in a file: JSON to read, safetensors to exchange."""
