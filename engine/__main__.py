"""`python -m engine`: what the library is, and where to begin."""

import engine

if __name__ == "__main__":
    print(engine.__doc__)
