-- failed timeout
::again:: goto again
