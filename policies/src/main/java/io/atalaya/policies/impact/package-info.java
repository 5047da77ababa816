/** What a change of policies does to what people see, before it is made. */
@NullMarked
package io.atalaya.policies.impact;

import org.jspecify.annotations.NullMarked;
