'use client';

const text = (value) => `<${value}>`;

export default function Live() {
  return (
    <lp-number
      id="live"
      label="CPU"
      data={{ value: 71 }}
      formatter={text}
      onlp-status-change={() => (document.body.dataset.heard = 'true')}
    />
  );
}
