"""What changes what happens: everybody and everything that meddles with ordinary viewing."""
