/** What one agent alone may use. */
package io.gatun.containerizer.lock;
