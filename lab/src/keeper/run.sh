# Runs one command for as long as its owner lives.
#
#   run.sh LIFELINE PLACE COMMAND...
#
# LIFELINE is a file that the owner holds locked; the system lets go of the lock when the owner ends, however it ends.
# PLACE is a folder: `pid` is there while the command runs, `exit` after it has ended, `log` is what it said.
set -u
lifeline=$1 place=$2
shift 2
# Dies with this script too, should somebody kill that.
setpriv --pdeathsig KILL "$@" </dev/null >>"$place/log" 2>&1 &
command=$!
echo "$command" >"$place/pid.new"
mv "$place/pid.new" "$place/pid"
setpriv --pdeathsig KILL flock --shared "$lifeline" true &
guard=$!
wait -n
kill -KILL "$command" "$guard" 2>/dev/null
wait "$command"
echo $? >"$place/exit"
rm -f "$place/pid"
