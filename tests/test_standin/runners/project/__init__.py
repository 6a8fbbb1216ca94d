"""A project whose tests are run as its developers would run them."""
