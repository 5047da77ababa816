package io.atalaya.ingestion.pipeline;

import org.jspecify.annotations.Nullable;

/** The files of a workspace that a pipeline names, from where its own is. */
interface FilesBeside {
    /**
     * The text of a file, or null if there is none.
     *
     * @throws IllegalArgumentException saying why it cannot be read
     */
    @Nullable String text(String path);

    /**
     * A file that is no text, or null if there is none.
     *
     * @throws IllegalArgumentException saying why it cannot be read
     */
    Register.@Nullable Artifact artifact(String path);
}
