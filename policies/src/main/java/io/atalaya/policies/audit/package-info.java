@NullMarked
package io.atalaya.policies.audit;

import org.jspecify.annotations.NullMarked;
