@NullMarked
package io.atalaya.policies.yaml;

import org.jspecify.annotations.NullMarked;
