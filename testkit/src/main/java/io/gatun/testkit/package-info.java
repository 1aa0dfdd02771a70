/** VM runner, cluster in namespaces, fakes; for tests only. */
package io.gatun.testkit;
