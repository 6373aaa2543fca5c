import type { ReactElement, ReactNode } from "react";
import { Link, useLocation } from "wouter";
import { useStore } from "zustand";
import { Logo } from "../ui/logo.tsx";
import { usePage } from "./page.ts";
import { ThemeToggle } from "./theme-toggle.tsx";
import "./header.css";

export function Header(): ReactElement {
  const { tab, query } = usePage();
  const donation = useStore(tab.donation.state, (s) => s.kind);
  const active = donation !== "idle" && donation !== "error";
  return (
    <header className="header">
      <Link className="header-home" href={`/${query}`} aria-label="Potluck, home">
        <Logo />
        <span className="header-word">Potluck</span>
      </Link>
      <nav className="header-nav" aria-label="Pages">
        <NavLink to="/">Chat</NavLink>
        <NavLink to="/donate" {...(active ? { title: "This tab is donating" } : {})}>
          Donate
          {active && <span className="header-dot" data-state={donation} aria-hidden="true" />}
        </NavLink>
        <NavLink to="/swarm">Swarm</NavLink>
      </nav>
      <ThemeToggle />
    </header>
  );
}

function NavLink(props: { readonly to: string; readonly title?: string; readonly children: ReactNode }): ReactElement {
  const [location] = useLocation();
  const { query } = usePage();
  const { to, children, ...rest } = props;
  return (
    <Link className="header-link" href={`${to}${query}`} aria-current={location === to ? "page" : undefined} {...rest}>
      {children}
    </Link>
  );
}
