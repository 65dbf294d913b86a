// Documents and notices: no redirects, no cookies, capped in time and size.

import { later } from "./glue.js";

/** Status, content type and cache control, a line each, and then the body; undefined when it is over `limit` bytes. */
export const get = (url, accept, limit, patience) => later(async () => {
  const response = await fetch(url, {
    headers: { accept },
    redirect: "manual",
    signal: AbortSignal.timeout(patience),
  });
  const header = (name) => response.headers.get(name) ?? "";
  const chunks = [`${response.status}\n${header("content-type")}\n${header("cache-control")}\n`];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > limit) return undefined;
    chunks.push(chunk);
  }
  return new Uint8Array(await new Blob(chunks).arrayBuffer());
});

/** The status. */
export const post = (url, form, patience) => later(async () => {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: form,
    redirect: "manual",
    signal: AbortSignal.timeout(patience),
  });
  await response.body?.cancel();
  return response.status;
});
