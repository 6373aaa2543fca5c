/** Hands a file to the person, as a download. */
export function saveFile(file: File): void {
  const url = URL.createObjectURL(file);
  const link = document.createElement("a");
  link.href = url;
  link.download = file.name;
  link.click();
  // The browser has taken it by the next turn; a URL that is never given back keeps the file in memory.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
