package io.atalaya.query.write;

import org.jspecify.annotations.Nullable;

/** How a command that runs hears that it shall stop. */
public interface CommandControl {
    /** From here until {@code null} is given, stopping calls this, from another thread. */
    void onStop(@Nullable Runnable stop);

    /** Throws if it was asked to stop. */
    void checkpoint();

    /** Of a command that nothing stops. */
    CommandControl NONE = new CommandControl() {
        @Override
        public void onStop(@Nullable Runnable stop) {}

        @Override
        public void checkpoint() {}
    };
}
