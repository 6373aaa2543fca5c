import { Component, type ReactNode } from "react";

interface Props {
  readonly instead: ReactNode;
  readonly children: ReactNode;
}

/** Shows `instead` where its children can't be loaded or rendered, so that a part never takes the page down. */
export class Fallback extends Component<Props, { readonly failed: boolean }> {
  override state: { readonly failed: boolean } = { failed: false };

  static getDerivedStateFromError(): { readonly failed: boolean } {
    return { failed: true };
  }

  override render(): ReactNode {
    return this.state.failed ? this.props.instead : this.props.children;
  }
}
