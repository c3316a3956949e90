# Starts a program and stops it when the parent has gone, also when the parent was killed. The parent holds the other end of our
# standard input and never writes: the end of that pipe is the end of the parent.
# Arguments: log file, signal for the orphan, folder to remove after an orphan (or nothing), program, its arguments.
log=$1 signal=$2 unwanted=$3
shift 3
trap '' HUP INT QUIT
exec 3<&0 </dev/null

"$@" 3<&- >>"$log" 2>&1 &
child=$!
echo "$child"

{
    read -r _ <&3
    trap '' TERM
    kill -s CONT "$child"
    kill -s "$signal" "$child"
    seconds=15
    while [ "$seconds" -gt 0 ] && kill -0 "$child"; do
        sleep 1
        seconds=$((seconds - 1))
    done
    kill -s KILL "$child"
    [ -z "$unwanted" ] || rm -rf -- "$unwanted"
} >/dev/null 2>&1 &
watcher=$!

wait "$child"
status=$?
kill "$watcher" 2>/dev/null
exit "$status"
