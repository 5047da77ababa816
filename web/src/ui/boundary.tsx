import { Component, type ReactNode } from "react";
import { Failure } from "./states";

interface State {
  error: unknown;
}

/** Keeps a page that breaks from taking the frame with it. */
export class Boundary extends Component<{ children: ReactNode }, State> {
  override state: State = { error: null };

  static getDerivedStateFromError(error: unknown): State {
    return { error };
  }

  override render() {
    if (this.state.error === null) return this.props.children;
    return <Failure error={this.state.error} onRetry={() => window.location.reload()} />;
  }
}
