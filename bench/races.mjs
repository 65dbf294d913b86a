// Many at once with one code, and many at once with one refresh token, where every KV operation takes 5 ms.
import { withConnections } from "./client.mjs";
import { Subject } from "./kinds.mjs";
import { redeem, refresh } from "./story.mjs";

/** How many at once. */
export const WIDTH = 20;

/** Races `times` times each; what comes back are lists with a number for each time. */
export async function race(server, people, times) {
  const subject = new Subject(server, people);
  await subject.begin(0);
  const { client } = subject;
  const result = { codeAnswered200: [], refreshAnswered200: [], successors: [], successorsThatWork: [] };
  await withConnections(WIDTH, server.port, async (connections) => {
    const all = (bytes) => Promise.all(connections.map((connection) => connection.send(bytes)));
    for (let time = 0; time < times; time++) {
      const redeemed = await all(redeem(client, await subject.code(connections[0])));
      result.codeAnswered200.push(redeemed.filter(good).length);

      const { refresh_token } = await subject.family(connections[0]);
      const refreshed = (await all(refresh(client, refresh_token))).filter(good);
      const successors = [...new Set(refreshed.map(({ body }) => JSON.parse(body).refresh_token))];
      let work = 0;
      // One after the other, as that many devices of one owner would come back.
      for (const successor of successors) work += good(await connections[0].send(refresh(client, successor)));
      result.refreshAnswered200.push(refreshed.length);
      result.successors.push(successors.length);
      result.successorsThatWork.push(work);
    }
  });
  return result;
}

const good = ({ status }) => status === 200;
