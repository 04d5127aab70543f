# quern.bash: completion for quern in bash. Made by: quern completion bash
#
#     . tools/cli/completion/quern.bash          or: . <(quern completion bash)
#
# In zsh: . <(quern completion zsh), which loads bashcompinit first.
# shellcheck disable=SC2207 # none of the words has blanks

_quern() {
    local cur=${COMP_WORDS[COMP_CWORD]} option='' command='' word i options words files=''
    COMPREPLY=()
    # The command: its first word, and the second where it has two.
    for ((i = 1; i < COMP_CWORD; i++)); do
        word=${COMP_WORDS[i]}
        case $word in
        -o | --format | -u | --url | --key | --timeout)
            # its value stands behind it, also behind '=', which is a word of its own here
            ((i++))
            [[ ${COMP_WORDS[i]} != '=' ]] || ((i++)) ;;
        -*) ;;
        *)
            command=$word
            case "$word ${COMP_WORDS[i + 1]}" in
            'queues pause' | 'queues resume' | 'dead list' | 'dead retry' | 'dead delete' | 'cron list' | 'cron add' | 'cron remove' | 'cron enable' | 'cron disable' | 'user add' | 'user passwd' | 'user remove' | 'user list' | 'token make' | 'token revoke' | 'token list' | 'certificate add' | 'certificate remove' | 'certificate list' | 'key make' | 'key revoke') ((i + 1 == COMP_CWORD)) || command+=" ${COMP_WORDS[i + 1]}" ;;
            esac
            break ;;
        esac
    done
    # The option whose value is being typed.
    if [[ $cur == '=' ]]; then
        option=${COMP_WORDS[COMP_CWORD - 1]} cur=''
    elif [[ ${COMP_WORDS[COMP_CWORD - 1]} == '=' ]]; then
        option=${COMP_WORDS[COMP_CWORD - 2]}
    elif [[ ${COMP_WORDS[COMP_CWORD - 1]} == -* ]]; then
        option=${COMP_WORDS[COMP_CWORD - 1]}
    fi
    case $command in
    '')
        options=' --url --key --timeout --quiet --help --version'
        words=' run submit get wait result cancel retry list queues workers dead cron user token certificate key tail top health completion help' ;;
    'help')
        options=''
        words=' run submit get wait result cancel retry list queues workers dead cron user token certificate key tail top health completion' ;;
    'run')
        options=' --param --output --type --idempotency-key --wait --url --key --timeout --quiet --help --version'
        words='' files=yes ;;
    'submit')
        options=' --param --args --queue --priority --delay --at --expires --max-attempts --retry --dead-letter --run-limit --lease --durability --id --idempotency-key --unique --tag --meta --pending --batch --wait --format --json --url --key --timeout --quiet --help --version'
        words='' files=yes ;;
    'get')
        options=' --format --json --watch --url --key --timeout --quiet --help --version'
        words='' files= ;;
    'wait')
        options=' --format --json --url --key --timeout --quiet --help --version'
        words='' files= ;;
    'result')
        options=' --output --wait --url --key --timeout --quiet --help --version'
        words='' files= ;;
    'cancel')
        options=' --format --json --url --key --timeout --quiet --help --version'
        words='' files= ;;
    'retry')
        options=' --format --json --url --key --timeout --quiet --help --version'
        words='' files= ;;
    'list')
        options=' --queue --type --state --limit --recent --format --json --url --key --timeout --quiet --help --version'
        words='' files= ;;
    'queues')
        options=' --format --json --watch --url --key --timeout --quiet --help --version'
        words=' pause resume' files= ;;
    'queues pause')
        options=' --format --json --url --key --timeout --quiet --help --version'
        words='' files= ;;
    'queues resume')
        options=' --format --json --url --key --timeout --quiet --help --version'
        words='' files= ;;
    'workers')
        options=' --format --json --watch --url --key --timeout --quiet --help --version'
        words='' files= ;;
    'dead list')
        options=' --queue --type --limit --format --json --watch --url --key --timeout --quiet --help --version'
        words='' files= ;;
    'dead')
        options=' --queue --type --limit --format --json --watch --url --key --timeout --quiet --help --version'
        words=' list retry delete' ;;
    'dead retry')
        options=' --format --json --url --key --timeout --quiet --help --version'
        words='' files= ;;
    'dead delete')
        options=' --format --json --url --key --timeout --quiet --help --version'
        words='' files= ;;
    'cron list')
        options=' --format --json --watch --url --key --timeout --quiet --help --version'
        words='' files= ;;
    'cron')
        options=' --format --json --watch --url --key --timeout --quiet --help --version'
        words=' list add remove enable disable' ;;
    'cron add')
        options=' --param --args --queue --priority --max-attempts --retry --dead-letter --run-limit --lease --durability --unique --tag --meta --zone --overlap --disabled --replace --description --format --json --url --key --timeout --quiet --help --version'
        words='' files=yes ;;
    'cron remove')
        options=' --format --json --url --key --timeout --quiet --help --version'
        words='' files= ;;
    'cron enable')
        options=' --format --json --url --key --timeout --quiet --help --version'
        words='' files= ;;
    'cron disable')
        options=' --format --json --url --key --timeout --quiet --help --version'
        words='' files= ;;
    'user add')
        options=' --accounts --scope --network --format --json --url --key --timeout --quiet --help --version'
        words='' files= ;;
    'user passwd')
        options=' --accounts --format --json --url --key --timeout --quiet --help --version'
        words='' files= ;;
    'user remove')
        options=' --accounts --format --json --url --key --timeout --quiet --help --version'
        words='' files= ;;
    'user list')
        options=' --accounts --format --json --url --key --timeout --quiet --help --version'
        words='' files= ;;
    'user')
        options=' --accounts --format --json --url --key --timeout --quiet --help --version'
        words=' add passwd remove list' ;;
    'token make')
        options=' --accounts --scope --network --expires --format --json --url --key --timeout --quiet --help --version'
        words='' files= ;;
    'token revoke')
        options=' --accounts --format --json --url --key --timeout --quiet --help --version'
        words='' files= ;;
    'token list')
        options=' --accounts --format --json --url --key --timeout --quiet --help --version'
        words='' files= ;;
    'token')
        options=' --accounts --format --json --url --key --timeout --quiet --help --version'
        words=' make revoke list' ;;
    'certificate add')
        options=' --accounts --scope --network --format --json --url --key --timeout --quiet --help --version'
        words='' files= ;;
    'certificate remove')
        options=' --accounts --format --json --url --key --timeout --quiet --help --version'
        words='' files= ;;
    'certificate list')
        options=' --accounts --format --json --url --key --timeout --quiet --help --version'
        words='' files= ;;
    'certificate')
        options=' --accounts --format --json --url --key --timeout --quiet --help --version'
        words=' add remove list' ;;
    'key make')
        options=' --algorithm --accounts --scope --format --json --url --key --timeout --quiet --help --version'
        words='' files= ;;
    'key revoke')
        options=' --accounts --format --json --url --key --timeout --quiet --help --version'
        words='' files= ;;
    'tail')
        options=' --queue --type --limit --no-follow --format --json --url --key --timeout --quiet --help --version'
        words='' files= ;;
    'top')
        options=' --watch --url --key --timeout --quiet --help --version'
        words='' files= ;;
    'health')
        options=' --format --json --watch --url --key --timeout --quiet --help --version'
        words='' files= ;;
    'completion')
        options=' --url --key --timeout --quiet --help --version'
        words=' bash zsh' files= ;;
    *) options='' words='' ;;
    esac
    case "$command $option" in
    'run --output' | 'run -o') words='' files=yes ;;
    'result --output' | 'result -o') words='' files=yes ;;
    'submit --batch' | 'submit -b') words='' files=yes ;;
    'user add --accounts') words='' files=yes ;;
    'user passwd --accounts') words='' files=yes ;;
    'user remove --accounts') words='' files=yes ;;
    'user list --accounts') words='' files=yes ;;
    'token make --accounts') words='' files=yes ;;
    'token revoke --accounts') words='' files=yes ;;
    'token list --accounts') words='' files=yes ;;
    'certificate add --accounts') words='' files=yes ;;
    'certificate remove --accounts') words='' files=yes ;;
    'certificate list --accounts') words='' files=yes ;;
    'key make --accounts') words='' files=yes ;;
    'key revoke --accounts') words='' files=yes ;;
    'run --key') words='' files=yes ;;
    'submit --key') words='' files=yes ;;
    'get --key') words='' files=yes ;;
    'wait --key') words='' files=yes ;;
    'result --key') words='' files=yes ;;
    'cancel --key') words='' files=yes ;;
    'retry --key') words='' files=yes ;;
    'list --key') words='' files=yes ;;
    'queues --key') words='' files=yes ;;
    'queues pause --key') words='' files=yes ;;
    'queues resume --key') words='' files=yes ;;
    'workers --key') words='' files=yes ;;
    'dead list --key') words='' files=yes ;;
    'dead retry --key') words='' files=yes ;;
    'dead delete --key') words='' files=yes ;;
    'cron list --key') words='' files=yes ;;
    'cron add --key') words='' files=yes ;;
    'cron remove --key') words='' files=yes ;;
    'cron enable --key') words='' files=yes ;;
    'cron disable --key') words='' files=yes ;;
    'user add --key') words='' files=yes ;;
    'user passwd --key') words='' files=yes ;;
    'user remove --key') words='' files=yes ;;
    'user list --key') words='' files=yes ;;
    'token make --key') words='' files=yes ;;
    'token revoke --key') words='' files=yes ;;
    'token list --key') words='' files=yes ;;
    'certificate add --key') words='' files=yes ;;
    'certificate remove --key') words='' files=yes ;;
    'certificate list --key') words='' files=yes ;;
    'key make --key') words='' files=yes ;;
    'key revoke --key') words='' files=yes ;;
    'tail --key') words='' files=yes ;;
    'top --key') words='' files=yes ;;
    'health --key') words='' files=yes ;;
    'completion --key') words='' files=yes ;;
    *' --durability') words=' memory logged synced' files= ;;
    *' --overlap') words=' skip allow cancel_previous enqueue' files= ;;
    *' --algorithm') words=' hmac-sha256 ed25519 ecdsa-p256-sha256 rsa-pss-sha512' files= ;;
    *' --format' | *' -o') words=' json table' files= ;;
    *' --param' | *' -p' | *' --type' | *' -t' | *' --args' | *' -a' | *' --queue' | *' --priority' | *' --delay' | *' --at' | *' --expires' | *' --max-attempts' | *' --retry' | *' --run-limit' | *' --lease' | *' --id' | *' --idempotency-key' | *' --unique' | *' --tag' | *' --meta' | *' --zone' | *' -z' | *' --description' | *' --scope' | *' --network' | *' --state' | *' -s' | *' --limit' | *' -n' | *' --url' | *' -u' | *' --timeout') words='' files= ;;
    esac
    if [[ $cur == -* ]]; then
        COMPREPLY=($(compgen -W "$options" -- "$cur"))
        return
    fi
    COMPREPLY=($(compgen -W "$words" -- "$cur"))
    [[ $files ]] || return 0
    compopt -o filenames 2>/dev/null # zsh has none
    while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -f -- "$cur")
}
complete -F _quern quern
