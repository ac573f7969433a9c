"""What each subcommand of `autograd-scalar` does; `nn.cli` reads its options."""
