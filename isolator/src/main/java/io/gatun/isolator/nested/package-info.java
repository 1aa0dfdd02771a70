/** Programs and containers that are started within a container that runs. */
package io.gatun.isolator.nested;
