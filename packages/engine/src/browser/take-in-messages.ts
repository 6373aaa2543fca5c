/**
 * A wait until the messages that have come to this realm so far were handed out. A message of our own goes to the end of
 * their queue; a timer would be held up by a millisecond or more.
 */
export function takeInMessages(): () => Promise<void> {
  const { port1, port2 } = new MessageChannel();
  let waiting: (() => void)[] = [];
  port1.addEventListener("message", () => {
    const woken = waiting;
    waiting = [];
    for (const wake of woken) wake();
  });
  port1.start();
  return () =>
    new Promise((resolve) => {
      waiting.push(resolve);
      port2.postMessage(null);
    });
}
