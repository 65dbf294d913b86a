# Needs curl. Save it as app.sh, then: sh app.sh
set -eu

issuer={{issuer}}
client_id={{client_id}}
@shown client_secret={{client_secret}}
@env client_secret=${CLIENT_SECRET:?}

answer=$(curl -sS --fail-with-body -u "$client_id:$client_secret" -d grant_type=client_credentials \
  --data-urlencode scope={{scope}} "$issuer/token")
token=$(printf '%s\n' "$answer" | sed -n 's/.*"access_token":"\([^"]*\)".*/\1/p')
curl -sS --fail-with-body -H "Authorization: Bearer $token" "$issuer/demo/whoami"
echo
