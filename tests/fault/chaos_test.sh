# The short form of `chaos`.
"$(dirname "$0")/chaos" "$1" 4
