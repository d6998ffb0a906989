"""What meets the world outside: files, paths, packages of others, and text for a terminal."""
