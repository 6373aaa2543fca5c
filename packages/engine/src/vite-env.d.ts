/** What Vite turns imports of files as URLs into. */
declare module "*?url" {
  const url: string;
  export default url;
}
