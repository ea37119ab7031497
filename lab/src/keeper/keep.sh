# Waits until the owner of a folder is gone, then removes all that belongs to it.
#
#   keep.sh FOLDER
#
# FOLDER holds `lifeline`, which the owner keeps locked; `processes/NAME/pid`, one for each process that runs (they end
# by themselves: run.sh); `namespaces` and `links`, the names of what to take down, one a line; `data`, which may be a
# link to a folder elsewhere. It goes last, so that whoever waits for its end knows that nothing is left.
set -u
folder=$1
exec 9>"$folder/keeper"
flock 9
echo "$$" >&9
flock --shared "$folder/lifeline" true 9>&-
for _ in {1..500}; do
    pids=$(cat "$folder"/processes/*/pid 2>/dev/null)
    [ -n "$pids" ] || break
    # shellcheck disable=SC2086 # one word each
    kill -KILL $pids 2>/dev/null
    sleep 0.02
done
while read -r namespace; do
    # shellcheck disable=SC2046 # one word each
    kill -KILL $(ip netns pids "$namespace" 2>/dev/null) 2>/dev/null
    ip netns delete "$namespace" 2>/dev/null
done < <(cat "$folder/namespaces" 2>/dev/null)
while read -r link; do ip link delete "$link" 2>/dev/null; done < <(cat "$folder/links" 2>/dev/null)
[ ! -e "$folder/data" ] || rm -rf -- "$(readlink -f "$folder/data")"
rm -rf -- "$folder"
