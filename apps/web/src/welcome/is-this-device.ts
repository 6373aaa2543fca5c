/** Whether an address names the device it is opened on, so that it is of no use to anybody else. */
export function isThisDevice(url: string): boolean {
  const { hostname } = new URL(url);
  return /^(localhost|.*\.localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
}
