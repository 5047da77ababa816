/** Workspaces: folders of datasets, policies and pipelines, compared with the service and applied to it. */
@NullMarked
package io.atalaya.catalog.workspace;

import org.jspecify.annotations.NullMarked;
