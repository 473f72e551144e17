'use client';
import dynamic from 'next/dynamic';
import 'lp-kit';

/** Rendered in the browser only: React sets neither objects nor listeners of custom elements when it hydrates. */
const Live = dynamic(() => import('./live'), { ssr: false });

export function Widgets() {
  return (
    <>
      <lp-number id="plain" label="CPU" warn={70} />
      <Live />
    </>
  );
}
