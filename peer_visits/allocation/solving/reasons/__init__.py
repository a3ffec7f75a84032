"""Why each application was granted or not, in one sentence and in figures: the swap test.

For an application that was not granted, everybody who holds a place in that visit is exchanged for its applicant, one
at a time, and the first level of the objective (or the hard rule) that gets worse is what held the place. With every
level proven, something always gets worse. Nobody is named in a sentence: it may be shown to whom it is about.
"""
