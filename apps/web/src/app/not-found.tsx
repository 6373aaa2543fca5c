import type { ReactElement } from "react";
import { Link } from "wouter";
import { usePage } from "./page.ts";

export function NotFound(): ReactElement {
  const { query } = usePage();
  return (
    <div className="page">
      <div>
        <h1>Nothing is served here</h1>
        <p className="page-lead">
          There is no page at this address. <Link href={`/${query}`}>Go to the chat</Link>.
        </p>
      </div>
    </div>
  );
}
