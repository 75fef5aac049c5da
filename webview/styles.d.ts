/** Style sheets are gathered by the bundler; an import of one has no value. */
declare module '*.css';
