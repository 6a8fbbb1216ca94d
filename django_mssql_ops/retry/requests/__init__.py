"""What a request needs so that it can be answered twice; the middleware puts it together."""
