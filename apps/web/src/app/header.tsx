import type { ReactElement, ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link, useLocation } from "wouter";
import { useStore } from "zustand";
import { Logo } from "../ui/logo.tsx";
import { LanguageMenu } from "./language-menu.tsx";
import { usePage } from "./page.ts";
import { partOf } from "./parts.ts";
import { ThemeToggle } from "./theme-toggle.tsx";
import "./header.css";

export function Header(): ReactElement {
  const { t } = useTranslation();
  const { tab, query } = usePage();
  const donation = useStore(tab.donation.state, (s) => s.kind);
  const active = donation !== "idle" && donation !== "error";
  return (
    <header className="header">
      <Link className="header-home" href={`/${query}`} aria-label={t("header.home")}>
        <Logo />
        <span className="header-word">Potluck</span>
      </Link>
      <nav className="header-nav" aria-label={t("header.pages")}>
        <NavLink to="/">{t("header.chat")}</NavLink>
        <NavLink to="/donate" {...(active ? { title: t("header.donating") } : {})}>
          {t("header.donate")}
          {active && <span className="header-dot" data-state={donation} aria-hidden="true" />}
        </NavLink>
        <NavLink to="/swarm">{t("header.swarm")}</NavLink>
      </nav>
      <LanguageMenu />
      <ThemeToggle />
    </header>
  );
}

function NavLink(props: { readonly to: string; readonly title?: string; readonly children: ReactNode }): ReactElement {
  const [location] = useLocation();
  const { query } = usePage();
  const { to, children, ...rest } = props;
  return (
    <Link
      className="header-link"
      href={`${to}${query}`}
      aria-current={partOf(location) === partOf(to) ? "page" : undefined}
      {...rest}
    >
      {children}
    </Link>
  );
}
