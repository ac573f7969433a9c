"""Save and load the weights of a module, as JSON or safetensors."""
