// Documents and notices: no redirects, no cookies, capped in time and size.

/** [status, content type, cache control, body]; undefined when it is over `limit` bytes. */
export async function get(url, limit, patience) {
  const response = await fetch(url, {
    headers: { accept: "application/json" },
    redirect: "manual",
    signal: AbortSignal.timeout(patience),
  });
  const chunks = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > limit) return undefined;
    chunks.push(chunk);
  }
  const header = (name) => response.headers.get(name) ?? "";
  const body = new Uint8Array(await new Blob(chunks).arrayBuffer());
  return [response.status, header("content-type"), header("cache-control"), body];
}

/** The status. */
export async function post(url, form, patience) {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: form,
    redirect: "manual",
    signal: AbortSignal.timeout(patience),
  });
  await response.body?.cancel();
  return response.status;
}
