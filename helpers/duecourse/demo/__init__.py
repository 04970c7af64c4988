"""A class that never was: trainees made from the instructor's notebook, released to, graded, and compared with
what each of them must get."""
