"""Makes ``python -m synthview`` the same as the command ``synthview``."""

from synthview.cli import main

if __name__ == "__main__":
    main()
