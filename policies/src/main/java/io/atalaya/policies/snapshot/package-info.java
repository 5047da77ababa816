@NullMarked
package io.atalaya.policies.snapshot;

import org.jspecify.annotations.NullMarked;
